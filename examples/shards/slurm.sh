#!/bin/bash
# sbatch slurm.sh, then: assay merge shards -o whole
#SBATCH --job-name=assay
#SBATCH --array=0-3
assay run evaluation_config.yaml --shard auto -o "shards/$SLURM_ARRAY_TASK_ID"
